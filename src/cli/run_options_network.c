/* run_options_network.c - options of `taru run` and `taru create` about networks. See run_options.h. */
#include "cli/run_options.h"

#define AT(member) offsetof(struct run_asked, member)

const struct option network_options[] = {
	{ "add-host", 0, OPTION_TEXTS, AT(add_hosts), "NAME:ADDRESS",
	  N_("a line of /etc/hosts; NAME:host-gateway is this machine") },
	{ "dns", 0, OPTION_TEXTS, AT(dns), "ADDRESS", N_("a name server") },
	{ "dns-option", 0, OPTION_TEXTS, AT(dns_options), "OPTION", N_("of resolv.conf(5)") },
	{ "dns-opt", 0, OPTION_TEXTS, AT(dns_options), "OPTION", NULL },
	{ "dns-search", 0, OPTION_TEXTS, AT(dns_search), "DOMAIN", N_("where short names are looked for") },
	{ "hosts-file", 0, OPTION_TEXT, AT(hosts_file), "PATH|image|none",
	  N_("what its /etc/hosts is made from: a file of this machine, or the image's (none)") },
	{ "ip", 0, OPTION_TEXT, AT(ip), "ADDRESS", N_("its address of IPv4 in the first network") },
	{ "ip6", 0, OPTION_TEXT, AT(ip6), "ADDRESS", N_("its address of IPv6 there") },
	{ "link", 0, OPTION_TEXTS, AT(links), "CONTAINER[:ALIAS]",
	  N_("what it calls another container of its network") },
	{ "mac-address", 0, OPTION_TEXT, AT(mac), "ADDRESS", N_("its device's, as in 02:42:0a:58:00:02") },
	{ "network", 0, OPTION_TEXTS, AT(networks), "NAME[:KEY=VALUE,…]",
	  N_("a network, several times for several; alias=, ip=, ip6=, mac=, interface-name=; or none, host, "
	     "pasta, container:NAME, ns:PATH (default: none)") },
	{ "net", 0, OPTION_TEXTS, AT(networks), "NAME", NULL },
	{ "network-alias", 0, OPTION_TEXTS, AT(network_aliases), "NAME",
	  N_("one more name of it in the first network") },
	{ "net-alias", 0, OPTION_TEXTS, AT(network_aliases), "NAME", NULL },
	{ "no-hostname", 0, OPTION_FLAG, AT(no_hostname), NULL, N_("its /etc/hostname is the image's") },
	{ "no-hosts", 0, OPTION_FLAG, AT(no_hosts), NULL, N_("its /etc/hosts is the image's") },
	{ "publish", 'p', OPTION_TEXTS, AT(publish), "[[ADDRESS:][PORT]:]PORT[/PROTOCOL]",
	  N_("reach a port of it at one of this machine's; ranges, as in 8000-8010:80-90") },
	{ "publish-all", 'P', OPTION_FLAG, AT(publish_all), NULL,
	  N_("reach all ports that the image exposes, at some that are free") },
	{ NULL }
};
