package main

import (
	_ "fyne.io/fyne/v2/app"
	_ "fyne.io/fyne/v2/test"
	_ "fyne.io/fyne/v2/widget"
	_ "github.com/emersion/go-smtp"
	_ "github.com/emiago/diago"
	_ "github.com/emiago/sipgo"
	_ "github.com/gen2brain/malgo"
	_ "github.com/go-gl/glfw/v3.4/glfw"
	_ "github.com/goccy/go-yaml"
	_ "github.com/google/uuid"
	_ "github.com/gotranspile/g722"
	_ "github.com/hraban/opus"
	_ "github.com/icholy/digest"
	_ "github.com/pion/rtcp"
	_ "github.com/pion/rtp"
	_ "github.com/pion/sdp/v3"
	_ "github.com/pressly/goose/v3"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/wneessen/go-mail"
	_ "github.com/zaf/g711"
	_ "github.com/zalando/go-keyring"
	_ "golang.org/x/text/unicode/norm"
	_ "modernc.org/sqlite"
	_ "pgregory.net/rapid"
)

func main() {}
