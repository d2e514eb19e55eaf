/* kind.c - see kind.h */
#include "cli/kind.h"
#include "image/platform.h"

#define AT(member) offsetof(struct kind_asked, member)

const struct option kind_options[] = {
	{ "arch", 0, OPTION_TEXT, AT(arch), "ARCH", N_("an image for other processors, as in arm64") },
	{ "os", 0, OPTION_TEXT, AT(os), "OS", N_("an image for another system") },
	{ "platform", 0, OPTION_TEXT, AT(platform), "OS/ARCH[/VARIANT]", N_("an image for another kind of machine") },
	{ "variant", 0, OPTION_TEXT, AT(variant), "VARIANT", N_("with --arch, as in v7 of arm") },
	{ NULL }
};

const char *kind_platform(struct command *command, const struct kind_asked *asked)
{
	const struct platform here = platform_here(command->arena);
	const char *arch = asked->arch ? asked->arch : here.architecture;

	if (!asked->os && !asked->arch && !asked->variant)
		return asked->platform;
	if (asked->platform)
		problem_set(command->problem, "options '--platform' and '--os', '--arch', '--variant': one way only");
	return arena_printf(command->arena, "%s/%s%s%s", asked->os ? asked->os : "linux", arch,
			    asked->variant ? "/" : "", asked->variant ? asked->variant : "");
}
