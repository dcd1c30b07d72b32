# Read by an interactive zsh: what is offered for a line goes to the file $NETPOL_OFFERED, word by word, with END behind it.
PROMPT=
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false

compadd() {
  local -a offered
  # With -O, -A or -D words are only stored in arrays, as completion functions do on their way.
  if [[ " ${(j: :)@[1,(i)(-|--)]} " != *" -"[OAD]" "* ]]; then
    builtin compadd -A offered "$@"
    (( ${#offered} )) && print -rl -- "${offered[@]}" >> "$NETPOL_OFFERED"
  fi
  builtin compadd "$@"
}

leave() {
  print -r -- END >> "$NETPOL_OFFERED"
  exit
}
comppostfuncs=(leave)

source "$NETPOL_SCRIPT"
print -r -- READY > "$NETPOL_OFFERED"
