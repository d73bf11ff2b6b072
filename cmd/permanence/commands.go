//go:build !office

package main

// commands in the order of the help. The first is run when no word is given.
func commands() []command {
	return []command{
		{name: "desk", args: "[options]", summary: "ouvre le poste de travail (commande par défaut)", help: helpDesk, run: runDesk},
		{name: "demo", args: "[options]", summary: "montre le poste avec trois clients et de vrais appels simulés", help: helpDemo, run: runDemo},
		{name: "import", args: "[options] FICHIER.yaml", summary: "reprend lignes, opératrice et clients d'un fichier", help: helpImport, run: runImport},
		{name: "export", args: "[options] [FICHIER.yaml]", summary: "écrit lignes, opératrice et clients dans un fichier", help: helpExport, run: runExport},
		{name: "ctl", args: "[options] ACTION [ARGUMENT]", summary: "pilote le poste ouvert depuis un autre programme", help: helpCtl, run: runCtl},
		{name: "dial", args: "[options] NUMÉRO|LIEN", summary: "propose au poste ouvert un numéro, un lien tel: ou sip:", help: helpDial, run: runDial},
		officeCommand(),
		{name: "version", summary: "dit la version", run: runVersion},
	}
}
