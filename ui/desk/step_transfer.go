package desk

func (CalledBack) apply(*turn) {}

func (TransferOpened) apply(*turn) {}

func (TransferTyped) apply(*turn) {}

func (TransferChosen) apply(*turn) {}

func (TransferSwapped) apply(*turn) {}

func (TransferCompleted) apply(*turn) {}

func (TransferCancelled) apply(*turn) {}

func (ConferencePressed) apply(*turn) {}

func (ConferenceLeft) apply(*turn) {}

func (ConferenceJoined) apply(*turn) {}

func (ConferenceEnded) apply(*turn) {}

func (DoNotDisturbSet) apply(*turn) {}

func (ForwardsPaused) apply(*turn) {}

func (CallListOpened) apply(*turn) {}

func (CallListFurther) apply(*turn) {}

func (CallListLeft) apply(*turn) {}

func (CallOpened) apply(*turn) {}

func (CallsListed) apply(*turn) {}

func (CallRead) apply(*turn) {}
