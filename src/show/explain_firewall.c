/* explain_firewall.c - the firewall of networks, in a line and as data. */
#include "show/explain.h"
#include "show/json.h"

void tell_load_rules(struct text *out, const struct step *step)
{
	text_add_word(out, step->load_rules.tool ? step->load_rules.tool : "nft");
	text_add(out, _(" -f -, with the rules of the table inet taru"));
}

void tell_add_elements(struct text *out, const struct step *step)
{
	for (size_t i = 0; i < step->add_elements.count;) {
		text_add(out, i ? " && " : "");
		i += words_elements(out, step->add_elements.element + i, step->add_elements.count - i);
	}
}

void put_load_rules(struct json_writer *json, const struct step *step)
{
	json_put_text(json, "tool", step->load_rules.tool);
	json_put_text(json, "rules", step->load_rules.rules);
}

void put_elements(struct json_writer *json, const struct step *step)
{
	json_open_array(json, "elements");
	for (size_t i = 0; i < step->add_elements.count; i++) {
		json_open_object(json, NULL);
		json_put_text(json, "set", step->add_elements.element[i].set);
		json_put_text(json, "element", step->add_elements.element[i].shown);
		json_close(json);
	}
	json_close(json);
}
