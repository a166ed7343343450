import type { ShellName } from './shell-names.ts';

/** What each shell runs at every Tab: it asks the program, which reads files of this machine only. Words are passed on, never evaluated. */
export const completionScripts: Record<ShellName, string> = {
  bash: `# copilot-cli: completion for bash 3.2 and newer
_copilot_cli() {
  COMPREPLY=()
  local line behind=nothing
  while IFS= read -r line; do
    case $line in
      $'\\t'*) behind=\${line#?} ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(command copilot-cli __complete bash -- "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  # bash 3.2 has no compopt, and shows files where there is nothing else.
  [[ $behind == nothing ]] && type compopt &>/dev/null && compopt +o default
  [[ $behind == folders ]] && type compopt &>/dev/null && compopt -o dirnames +o default
  return 0
}
complete -o default -F _copilot_cli copilot-cli
`,
  zsh: `#compdef copilot-cli
# copilot-cli: completion for zsh 5 and newer
_copilot_cli() {
  local line behind=nothing
  local -a candidates
  while IFS= read -r line; do
    case $line in
      $'\\t'*) behind=\${line#?} ;;
      *) candidates+=("$line") ;;
    esac
  done < <(command copilot-cli __complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  (( $#candidates )) && _describe -V 'copilot-cli' candidates
  case $behind in
    files) compset -P '--*='; _files ;;
    folders) compset -P '--*='; _files -/ ;;
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }
if [[ $funcstack[1] == _copilot_cli ]]; then _copilot_cli "$@"; else compdef _copilot_cli copilot-cli; fi
`,
  fish: `# copilot-cli: completion for fish 3 and newer
function __copilot_cli_complete
    set -l words (commandline -opc)
    set -e words[1]
    # The quote that is still open stays in the line.
    set -l current (commandline -ct | string replace -r -- '^["\\x27]' '')
    set -l lines (command copilot-cli __complete fish -- $words "$current" 2>/dev/null)
    switch "$lines[-1]"
        case '*files'
            __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current")
        case '*folders'
            __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current")
    end
    test (count $lines) -gt 1; and printf '%s\\n' $lines[1..-2]
end
complete --no-files --keep-order --arguments '(__copilot_cli_complete)' --command copilot-cli
`,
  powershell: `# copilot-cli: completion for PowerShell 5.1 and newer
Register-ArgumentCompleter -Native -CommandName copilot-cli -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') } |
        ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
    # Windows PowerShell loses empty words and quotes on the way to a program; a variable keeps them.
    $env:COPILOT_CLI_WORDS = (@($words) + $wordToComplete) -join "\`n"
    try { $lines = @(copilot-cli __complete powershell 2>$null) } finally { Remove-Item Env:COPILOT_CLI_WORDS }
    foreach ($line in $lines) {
        if ($line.StartsWith("\`t")) { continue }
        $value, $about = $line -split "\`t", 2
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
}
`,
};
