// The scripts that shells load. They know nothing about commands: they ask `stepwell complete-words` for each line, so
// they never go stale.

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** Answered where the shell itself should complete a file. */
export const filesMark = ":files";

export function completionScript(shell: Shell): string {
  switch (shell) {
    case "bash":
      return bash;
    case "zsh":
      return zsh;
    case "fish":
      return fish;
  }
}

const bash = `# Completion of stepwell for bash. Load it with: source <(stepwell completion bash)
_stepwell() {
  local line value
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = "${filesMark}" ]; then
      compopt -o default 2>/dev/null
      return
    fi
    printf -v value '%q' "\${line%%$'\\t'*}"
    COMPREPLY+=("$value")
  done < <(stepwell complete-words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _stepwell stepwell
`;

const zsh = `#compdef stepwell
# Completion of stepwell for zsh. Load it with: source <(stepwell completion zsh)
_stepwell() {
  local line
  local -a lines described
  lines=("\${(@f)$(stepwell complete-words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${lines[1]}" == "${filesMark}" ]]; then
    _files
    return
  fi
  for line in "\${lines[@]}"; do
    [[ -z "$line" ]] && continue
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${\${line#*$'\\t'}//$line/}")
  done
  _describe stepwell described
}
if [[ "\${funcstack[1]}" == "_stepwell" ]]; then
  _stepwell "$@"
else
  compdef _stepwell stepwell
fi
`;

const fish = `# Completion of stepwell for fish. Load it with: stepwell completion fish | source
function __stepwell_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines (stepwell complete-words -- $words[2..-1] 2>/dev/null)
    if test "$lines" = "${filesMark}"
        __fish_complete_path (commandline -ct)
        return
    end
    printf '%s\\n' $lines
end
complete -c stepwell -f -a '(__stepwell_complete)'
`;
