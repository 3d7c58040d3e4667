# zsh -f zsh-candidates.zsh SCRIPT LINE...: what an interactive zsh offers for each line, a line each,
# words parted by tabs. The candidates are taken where the shell takes them, at compadd.
zmodload zsh/zpty
script=$1
shift
typeset -a setup=(
  "PS1= PS2= PROMPT_EOL_MARK= ZDOTDIR=/nonexistent; stty -echo; unset zle_bracketed_paste"
  "autoload -U compinit; compinit -D -u; source ${(q)script}"
  'compadd() {
    (( ${@[(I)-[^-]#[OADE]*]} )) && { builtin compadd "$@"; return }
    typeset -a hits
    builtin compadd -O hits "$@"
    offered+=("${hits[@]}")
    builtin compadd "$@"
  }'
  'offer() {
    offered=()
    _main_complete
    print -r -- "OFFER<${(pj:\t:)${(@u)offered}}>"
    compstate[insert]= compstate[list]=
  }'
  'zle -C offer complete-word offer; bindkey "^I" offer; print READ''Y'
)
zpty shell zsh -f -i
for line in $setup; do
  zpty -w shell $line
done
zpty -r -m shell output '*READY*'
for line; do
  zpty -w -n shell "$line"$'\t'
  zpty -r -m shell output '*OFFER<*>*' || exit 1
  print -r -- "${${output##*OFFER<}%%>*}"
  zpty -w -n shell $'\C-u'
done
