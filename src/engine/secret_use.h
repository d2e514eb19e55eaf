/* secret_use.h - --secret NAME[,type=mount|env,target=,uid=,gid=,mode=]: what a container gets of secrets.
 *
 * Files are in a tmpfs on /run/secrets: the container's process fills it from copies in the container's folder
 * (secrets/, mode 0700), which were made for it with their owners and modes. One that is asked for elsewhere is bound
 * there. No secret is in config.json but for variables.
 */
#pragma once
#include "engine/volume_asked.h"
#include "plan/draft.h"

struct secrets_taken {
	struct texts variables;		/* names of those that are shown without their values */
	/* Of what is only told: each secret, and whom its copy is given to. */
	struct plan_secret *secret;
	size_t secrets;
	struct plan_changes owners;
};

/* Reads the options, copies the secrets, and adds what is to be mounted to `volumes` and the variables to `env`. False
 * after a problem. */
bool secrets_take(struct engine *engine, const struct texts *given, const struct container_making *making,
		  struct volumes_asked *volumes, struct texts *env, struct secrets_taken *ret_taken,
		  struct problem *problem);
