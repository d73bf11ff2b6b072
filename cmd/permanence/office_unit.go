package main

import (
	"context"
	"fmt"
	"os"
)

// unit is a systemd service (systemd.service(5), systemd.exec(5)): a user of its own,
// who may write nowhere but in the office's folder.
const unit = `[Unit]
Description=Permanence, le serveur du bureau
Wants=network-online.target
After=network-online.target postgresql.service

[Service]
ExecStart=%s office --data /var/lib/permanence
DynamicUser=yes
StateDirectory=permanence
StateDirectoryMode=0700
Restart=on-failure
RestartSec=2
TimeoutStopSec=30
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
LockPersonality=yes
MemoryMax=1G
UMask=0077

[Install]
WantedBy=multi-user.target
`

// officeUnit prints the systemd service.
func officeUnit(_ context.Context, w outputs, args []string) error {
	if len(args) > 0 {
		return usageError{"« " + args[0] + " » n'est pas attendu ici"}
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, unit, program)
	return err
}
