# zsh -f zsh-candidates.zsh SCRIPT LINE...: what an interactive zsh offers for each line, a line each,
# words parted by tabs. The candidates are taken where the shell takes them, at compadd. They come by a
# pipe of their own: a terminal mixes what is printed there with the echo of what is typed.
zmodload zsh/zpty
script=$1
shift
folder=$(mktemp -d) || exit 1
trap 'rm -rf $folder' EXIT
mkfifo $folder/answers
exec {answers}<>$folder/answers
cat > $folder/setup <<'END'
PS1= PS2= PROMPT_EOL_MARK=
unset zle_bracketed_paste
autoload -U compinit
compinit -D -u
source $script
compadd() {
  (( ${@[(I)-[^-]#[OADE]*]} )) && { builtin compadd "$@"; return }
  typeset -a hits
  builtin compadd -O hits "$@"
  offered+=("${hits[@]}")
  builtin compadd "$@"
}
offer() {
  offered=()
  _main_complete
  print -r -- "${(pj:\t:)${(@u)offered}}" > $answers
  compstate[insert]= compstate[list]=
}
zle -C offer complete-word offer
bindkey "^I" offer
# The line editor listens: what is typed from now on is a line to be completed.
zle-line-init() { print ready > $answers; zle -D zle-line-init }
zle -N zle-line-init
END
# The next words of the other shell, after what it has shown so far is let go, lest its terminal be full.
answer() {
  read -r -t 60 -u $answers line
  local status_of_read=$?
  zpty -r shell > /dev/null
  return $status_of_read
}
zpty -b shell zsh -f -i
zpty -w shell " script=${(q)script} answers=${(q)folder}/answers ZDOTDIR=/nonexistent; source ${(q)folder}/setup"
answer || exit 1
for word; do
  zpty -w -n shell "$word"$'\t'
  answer || exit 1
  print -r -- "$line"
  zpty -w -n shell $'\C-u'
done
