/* secret_use.h - --secret NAME[,type=mount|env,target=,uid=,gid=,mode=]: what a container gets of secrets.
 *
 * Files are in a tmpfs on /run/secrets: the container's process fills it from copies in the container's folder
 * (secrets/, mode 0700), which were made for it with their owners and modes. One that is asked for elsewhere is bound
 * there. No secret is in config.json but for variables.
 */
#pragma once
#include "engine/volume_asked.h"

/* Reads the options, copies the secrets, and adds what is to be mounted to `volumes` and the variables to `env`; names
 * of the variables are put in `ret_names`, which shows them without their values. False after a problem. */
bool secrets_take(struct engine *engine, const struct texts *given, const struct container_making *making,
		  struct volumes_asked *volumes, struct texts *env, struct texts *ret_names, struct problem *problem);
