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
	const char *arch = asked->arch ? asked->arch : here.architecture, *platform = asked->platform;
	const char *option = "--platform";
	struct problem wrong = { 0 };
	struct platform read;

	if (asked->os || asked->arch || asked->variant) {
		if (platform)
			problem_set(command->problem, "options '--platform' and '--os', '--arch', '--variant': one way "
				    "only");
		platform = arena_printf(command->arena, "%s/%s%s%s", asked->os ? asked->os : "linux", arch,
					asked->variant ? "/" : "", asked->variant ? asked->variant : "");
		option = asked->arch ? "--arch" : asked->os ? "--os" : "--variant";
	}
	if (platform && !platform_parse(command->arena, platform, &here, &read, &wrong))
		problem_set(command->problem, "option '%s': %s", option, wrong.text);
	return platform;
}
