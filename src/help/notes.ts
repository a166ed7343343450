import { abilityNames } from '../copilot/ability.ts';

/** What the help of a command says before its examples, by the words of the command. */
export const notes: Record<string, string> = {
  models: `Filters compare fields with = != < <= > >= or ~ (contains), and join them with
&& || ! and brackets. A field alone means that the model has it. What is not
known of a model fits no comparison but !=.
  abilities  ${abilityNames.slice(0, 5).join(', ')},
             ${abilityNames.slice(5).join(', ')}; preview
  tokens     context, prompt, output: 200k, 1M
  money      price: credits per million tokens in, or the multiplier if your
             account counts requests: 0 for a model that costs nothing;
             output-price
  texts      id, name, vendor, family, kind, policy, efforts, endpoints`,
  'serve run': `Without --model, the program uses the model of your settings; without one,
the model that fits it best.
Flags of serve stand before run: copilot-cli serve --port 5000 run -- claude`,
  completion: `To have it in every new shell, add a line to the file of its settings:
  bash, ~/.bashrc
    command -v copilot-cli >/dev/null && eval "$(copilot-cli completion bash)"
  zsh, ~/.zshrc
    command -v copilot-cli >/dev/null && eval "$(copilot-cli completion zsh)"
  PowerShell, $PROFILE
    if (Get-Command copilot-cli -ErrorAction Ignore) {
      copilot-cli completion powershell | Out-String | Invoke-Expression }
fish reads a file of its own:
    copilot-cli completion fish > ~/.config/fish/completions/copilot-cli.fish
To remove it, delete the line or the file. Where copilot-cli is not installed,
the line does nothing.`,
};
