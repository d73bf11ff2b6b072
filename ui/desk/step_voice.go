package desk

func (CutInPressed) apply(*turn) {}

func (WaitPressed) apply(*turn) {}

func (RecordingPaused) apply(*turn) {}

func (SoundPlayed) apply(*turn) {}

func (SoundStopped) apply(*turn) {}

func (DictationBegun) apply(*turn) {}

func (DictationEnded) apply(*turn) {}

func (DictationLeft) apply(*turn) {}

func (SoundFileChosen) apply(*turn) {}

func (SoundFileLeft) apply(*turn) {}

func (SoundDeleted) apply(*turn) {}

func (HeadsetPressed) apply(*turn) {}

func (HeadsetChanged) apply(*turn) {}

func (ListeningEnded) apply(*turn) {}

func (Dictated) apply(*turn) {}

func (SoundTaken) apply(*turn) {}

func (SoundKept) apply(*turn) {}

func (SoundNotKept) apply(*turn) {}

func (SoundsDropped) apply(*turn) {}
