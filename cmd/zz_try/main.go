package main
import ("context";"fmt";"os";"time";"fyne.io/fyne/v2";"fyne.io/fyne/v2/app";"fyne.io/fyne/v2/test";"permanence/ui";"permanence/ui/desk";"permanence/ui/story";"permanence/ui/words";"permanence/ui/theme")
func main(){
 _ = test.NewApp
 a:=app.NewWithID("try"); a.Settings().SetTheme(theme.New("light",1))
 w:=a.NewWindow("Permanence")
 states:=make(chan desk.State,10)
 d:=ui.NewDesk(ui.Config{Window:w,Words:words.New("fr"),Do:fyne.Do,Send:func(e desk.Event){ fmt.Fprintf(os.Stderr,"SENT %T %+v\n",e,e)},Meters:func() ui.Levels{return ui.Levels{Microphone: -30+float64(time.Now().UnixMilli()/100%20),Earpiece:-20}}})
 w.Resize(fyne.NewSize(1280,720))
 var s desk.State
 for _,x:=range story.All(){ if x.Name==os.Args[1] {s=x.State} }
 _=states
 d.Show(s)
 go d.Run(context.Background())
 go func(){ for range time.Tick(time.Second){ fyne.Do(func(){ s.Now=s.Now.Add(time.Second); d.Show(s); fmt.Fprintf(os.Stderr,"FOCUS %T size %v\n",w.Canvas().Focused(),w.Canvas().Size()) }) } }()
 w.ShowAndRun()
}
