"""Pure rules: who may do what, how a proposal moves, how proposals rank."""
