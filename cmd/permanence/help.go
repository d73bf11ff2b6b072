package main

import (
	"fmt"
	"strings"
)

const helpDesk = `Ouvre le poste : la fenêtre, le téléphone, les fiches, les agendas, les messages.

  --data DOSSIER   le dossier du poste (défaut : celui de l'utilisateur)
  --headless       sans fenêtre ; s'arrête par Ctrl+C ou SIGTERM
  --mic FICHIER    un fichier WAV à la place du microphone
  --ear FICHIER    enregistre dans un fichier WAV à la place de l'écouteur

Un dossier ne s'ouvre que sur un seul poste à la fois. Les mots de passe sont
dans le trousseau du système, ou à défaut dans un fichier du dossier que seul
l'utilisateur peut lire ; ils ne sont jamais exportés ni écrits au journal.`

const helpDemo = `Ouvre un poste de démonstration : une avocate, un médecin, un plombier, des
appelants qui appellent et parlent vraiment (SIP et RTP sur cette machine), et
un serveur de courrier interne qui reçoit les messages envoyés.

  --data DOSSIER   garde le poste dans ce dossier (défaut : un dossier provisoire)
  --rehearse       joue tout le travail au clavier sur un écran en mémoire
                   (Xvfb et xdotool), montre chaque étape, enregistre des images
                   dans le dossier --out, et réussit seulement si les messages
                   sont arrivés et si chacun a entendu ce qu'il devait
  --out DOSSIER    où vont les images (défaut : out)`

const helpImport = `Reprend d'un fichier YAML les lignes, l'opératrice, le courrier et les clients.
Tout ou rien : au moindre défaut rien n'est repris, et chaque défaut est dit
avec sa ligne et sa raison. Reprendre deux fois le même fichier ne change rien.
Les sons que les fiches nomment et que le poste n'a pas sont repris ensuite du
dossier sons/ à côté du fichier.

  --data DOSSIER     le dossier du poste
  --secrets FICHIER  mots de passe, une ligne « line:IDENTIFIANT=… » ou « mail=… »
                     chacun ; le fichier ne doit être lisible que de l'utilisateur`

const helpExport = `Écrit les lignes, l'opératrice, le courrier et les clients dans un fichier YAML
que « permanence import » relit sans rien perdre. Jamais de mot de passe.
Les sons des fiches (accueils, musiques, annonces) vont dans le dossier sons/ à
côté ; ce que disent les appelants ne sort jamais du poste.
Sans nom de fichier, écrit sur la sortie standard, sans les sons.

  --data DOSSIER   le dossier du poste`

const helpDial = `Propose au poste ouvert un numéro à appeler : tel qu'on l'écrit, ou un lien tel:,
callto:, sip: ou sips: d'une page ou d'un courrier. L'opératrice l'appelle d'une
touche ; rien n'est composé sans elle.

  --data DOSSIER   le dossier du poste
  --now            appelle aussitôt ; les urgences et les numéros surtaxés
                   attendent quand même l'opératrice
  --install        fait de Permanence le programme des liens téléphoniques de cet
                   utilisateur (${XDG_DATA_HOME}/applications, xdg-mime)
  --uninstall      retire cela

D'un lien on ne garde que l'adresse et, pour le dire, le poste (;ext=) : ni
en-têtes, ni mot de passe, ni les touches * et # qui règlent des renvois.
Le code de retour est 3 quand aucun poste n'est ouvert.`

const helpCtl = `Pilote le poste ouvert dans le même dossier, par une prise locale (ctl.sock) que
seul l'utilisateur peut ouvrir. Pour les logiciels de gestion, les liens tel: et
les essais. Toutes les réponses sont en JSON ; le code de retour est 0 si
l'action est acceptée, 3 si aucun poste n'est ouvert, 1 sinon.

  permanence ctl [--data DOSSIER] ACTION

  status           tout l'état du poste, un objet JSON
  watch            une ligne JSON par événement, jusqu'à interruption

  answer [APPEL]   décroche (sans identifiant : l'appel qui attend depuis le plus longtemps)
  reject [APPEL]   refuse un appel qui sonne
  hangup [APPEL]   raccroche
  hold [APPEL]     met en garde
  resume [APPEL]   reprend
  wait [APPEL]     fait patienter un appel qui sonne, avec l'annonce et la musique
  speak [APPEL]    coupe l'accueil enregistré : l'opératrice parle
  recording [APPEL]  suspend l'enregistrement de la conversation, ou le reprend
  dtmf TOUCHES     envoie des touches à l'appel en cours (0-9, *, #)
  dial NUMÉRO      appelle un numéro ou une adresse sip:
  offer NUMÉRO     le propose à l'opératrice, qui l'appelle d'une touche
  callback [APPEL]  rappelle le correspondant d'un appel passé ; sans identifiant,
                   celui du message repris qui est à l'écran

  transfer NUMÉRO [APPEL]   passe l'appel, sans annoncer
  consult NUMÉRO [APPEL]    met en garde et appelle la personne à qui le passer
  swap                      parle à l'autre : l'appelant ou la personne consultée
  complete                  met les deux en relation
  cancel                    revient à l'appelant

  conference                réunit les appels décrochés et l'opératrice
  conference leave|join     la fait sortir, la fait revenir
  conference end            sépare

  dnd on|off                ne pas déranger
  away [MOTIF]              dire aux autres postes que l'on s'absente
  back                      et que l'on est de retour
  takeover [FICHE]          reprendre le message d'un poste perdu
  pair ADRESSE CODE [NOM]   relie ce poste au bureau, avec le code qu'il montre
  login NOM                 se connecte ; le mot de passe est lu sur l'entrée

  open CLIENT               ouvre la fiche d'un client, par son identifiant
  type TEXTE                écrit le texte du message en cours
  send                      envoie le message en cours
  book NOM                  donne à NOM le prochain créneau libre de la fiche ouverte

  forward on|off            les renvois communs à toutes les lignes
  forward on|off line LIGNE
  forward on|off client CLIENT

  calls [--kind missed|incoming|outgoing|transferred] [--client CLIENT]
        [--before INSTANT] [--limit N] [RECHERCHE]
                   les appels passés, du plus récent au plus ancien ; quand more
                   est vrai, la suite s'obtient avec --before et le arrived_at du
                   dernier, tel quel
  call APPEL       tout d'un appel passé : étapes, renvois, première requête

L'objet de « status » :

  ready        le poste a lu son dossier
  operator     l'opératrice
  lines[]      id, label, state (registered, listening, registering, refused,
               unreachable, failed, off), registered, detail, until,
               voicemail{new, old}, strangers (requêtes d'inconnus écartées)
  calls[]      id, line, state (ringing, dialing, talking, held, back, machine), direction
               (incoming, outgoing), client, client_id, caller{name, number,
               withheld}, called{number, found, sources[]}, hold{here, there},
               media{codec, flow, packets_sent, packets_received, packets_lost,
               jitter_ms, playout_delay_ms, round_trip_ms, level_dbfs}, dtmf,
               arrived_at, answered_at, waited_s, talked_s, security (clear,
               encrypted, protected), diversions[]{source, from, reason}, shown,
               private, consults, passing{to, step}, conference, alone, aside
               (décroché sans l'opératrice), announcing (greeting, wait, machine,
               notice), recording (on, paused), quality{heard, sent, side}
  transfer     call, with, problem : tant que le transfert (F4) est ouvert
  emergency    call, number, address, client, place : pendant un appel d'urgence
  offered      le numéro proposé à l'opératrice
  do_not_disturb, forwards[]{line, client, when, after_s, to, name, hours}
  lamps        les postes surveillés : free, ringing, busy, unknown
  missed       count, calls[]
  unsent       drafts (pas encore sur le disque), waiting (messages en route),
               failed (messages à reprendre)
  front        la fiche à l'écran : ticket, client, call, name, number, fields,
               text, sound et sound_s (message du répondeur), draft_saved, next_free, booking, booked,
               from (de qui le message est repris), return (back, talking, sent : ce
               poste est de retour), taken_by (qui l'a repris)
  sound        microphone, earpiece, ringer, silent, muted, headset
  notices[]    les avis affichés, par leur code
  history[]    les dix derniers appels
  office       absent d'un poste qui n'appartient à aucun bureau : phase (in-step,
               behind, cut-off, login, copying, revoked, too-old), bureau, since
               (à jour pour la dernière fois), problem, unsent (changements que le
               bureau n'a pas), done et total (lignes de la première copie),
               pairing (asked, proved, done, failed), conflicts (à trancher), away
               (le motif), desks[]{id, name, operator, standing (here, call, away,
               lost, off), reason, client}, offers[]{desk, ticket, from, client,
               caller{name, number, withheld}, since (le poste a été entendu pour la
               dernière fois), call (talking, held), talked_s, called, text} : les
               messages de postes perdus, que takeover reprend

called.found vaut found.did-diversion (numéro appelé et renvoi concordent),
found.did, found.diversion, found.disagree, found.by-hand ou found.none.

Les lignes de « watch » ont un champ event : status (la première, tout l'état),
call.arrived, call.answered, call.held, call.resumed, call.back, call.changed,
call.ended, line, unsent, front, offered ; et du bureau : office (la phase, le
motif d'absence ou un problème a changé), presence (desk : ce que l'on voit d'un
poste), takeover (offer : un message à reprendre), conflicts (combien à trancher).

La prise elle-même parle le même langage : une ligne {"do":"answer","call":"…"}
reçoit une ligne {"ok":true,…} ou {"ok":false,"error":"…"}.`

const helpOffice = `Sert un bureau : ce qu'une secrétaire écrit sur un poste, les autres le voient
aussitôt. Sans ACTION, sert jusqu'à Ctrl+C ou SIGTERM.

  permanence office [--data DOSSIER] [options]

  --data DOSSIER     le dossier du bureau (défaut : celui de l'utilisateur)
  --listen ADRESSE   où les postes se connectent (défaut : :7443)
  --name NOM         le nom du bureau ; il suffit de le donner une fois
  --database URL     une base PostgreSQL 15 ou plus (postgres://…) à la place du
                     fichier du dossier ; plusieurs serveurs peuvent s'y relier,
                     avec le même ca.crt et le même ca.key dans leurs dossiers
  --new-bureau       fonde un bureau dans une base qui en a déjà un autre
  --cert FICHIER, --key FICHIER, --ca FICHIER
                     un certificat de serveur à soi, sa clé et l'autorité qui le
                     signe, en PEM ; sans cela le bureau fait le sien

Les actions parlent au bureau ouvert dans le même dossier :

  pair [--name POSTE]     montre un code de dix minutes, à taper sur le nouveau poste
  desks, status           les postes et leur retard, le courrier, la dernière
                          sauvegarde, le disque
  revoke POSTE            ce poste (nom ou identifiant) ne lit plus rien ; ce qu'il
                          enverra encore est gardé « à vérifier »
  held                    ce qu'un poste révoqué a encore envoyé : qui, quand, quoi
  held admit ID           l'admet, au nom de qui l'avait écrit
  held discard ID --reason POURQUOI
                          l'écarte ; le journal garde qui et pourquoi
  operator add NOM [--supervisor] [--clients A,B] [--email ADRESSE]
                          donne un accès ; le mot de passe (douze signes au moins)
                          est demandé, ou lu sur l'entrée standard
  operator password NOM   change un mot de passe et ferme ses sessions
  operator leave NOM      cette personne est partie : ses sessions et ses droits
                          finissent, ce qu'elle a écrit garde son nom
  operator list           qui peut se connecter
  erase client|message|appointment ID --yes
                          efface pour toujours, de tous les postes et de l'historique
                          (RGPD, article 17) ; d'un client, le nom suffit
  erase --find TEXTE      cherche un nom, un numéro, un mot ou un jour (24/11/2026) :
                          montre ce qui serait effacé, et demande ; --yes ne demande pas
  mail [--host SERVEUR --from ADRESSE …]
                          par où partent les messages : --port, --security
                          (starttls, tls, none), --user, --from-name, --ca ;
                          --test ADRESSE essaie ; seul, montre les réglages
  addresses [ADRESSE …]   où les postes trouvent les serveurs du bureau, quand ils sont
                          plusieurs : un poste que l'un abandonne va à l'autre ;
                          --none n'en dit plus aucune ; seul, les montre
  backup FICHIER          copie la base pendant le travail, et la relit
  restore [FICHIER]       remet une sauvegarde en place ; ce qui a été effacé depuis
                          l'est de nouveau. Sans fichier : PostgreSQL vient de le faire ;
                          le mieux est de le dire avant de rouvrir le bureau
  access [--client NOM] [--operator NOM] [--days 30]
                          qui a lu quoi : fiches, messages et appels ouverts sur les
                          postes, voix écoutées, copies données ; gardé un an
  unit                    écrit un service systemd

Les clients d'un poste qui travaillait seul montent au bureau quand il s'y relie :
« permanence import » se fait donc sur un poste. Le code de retour est 1 quand le
bureau n'est pas ouvert ou refuse.`

func runHelp(w outputs, args []string) error {
	if len(args) == 0 {
		return printList(w)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			_, err := fmt.Fprintf(w.out, "permanence %s\n\n%s\n", strings.TrimSpace(c.name+" "+c.args), firstNonEmpty(c.help, c.summary))
			return err
		}
	}
	return usageError{fmt.Sprintf("pas d'aide sur « %s »", args[0])}
}

func printList(w outputs) error {
	var b strings.Builder
	b.WriteString("Permanence, le poste de la télésecrétaire.\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  permanence %-8s %s\n", c.name, c.summary)
	}
	b.WriteString("\n« permanence help COMMANDE » en dit plus.\n")
	_, err := fmt.Fprint(w.out, b.String())
	return err
}

func firstNonEmpty(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
