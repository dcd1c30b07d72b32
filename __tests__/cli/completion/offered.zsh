# zsh -f offered.zsh SETUP LINE: types a line and the tab key into a shell of its own, and prints what is offered.
zmodload zsh/zpty zsh/zselect

has() { [[ -f $NETPOL_OFFERED ]] && grep -q "$1" "$NETPOL_OFFERED" }
wait_for() { repeat 1000; do has "$1" && return; zselect -t 2; done; print -ru2 -- "zsh never said $1"; exit 1 }

zpty shell zsh -f -i
zpty -w shell "source $1"
wait_for READY
: > "$NETPOL_OFFERED"
zpty -w -n shell "$2"$'\t'
wait_for END
cat "$NETPOL_OFFERED"
