/** What the help of a command says before its examples, by the words of the command. */
export const notes: Record<string, string> = {
  models: `Filters compare fields with = != < <= > >= or ~ (contains), and join them with
&& || ! and brackets. A field alone means that the model has it. What is not
known of a model fits no comparison but !=.
  abilities  streaming, tools, parallel-tools, structured-output, vision,
             reasoning, embeddings; preview
  tokens     context, prompt, output: 200k, 1M
  money      price: credits per million tokens in, or the multiplier if your
             account counts requests; output-price
  texts      id, name, vendor, family, kind, policy, efforts, endpoints`,
  'serve run': 'Flags of serve stand before run: copilot-cli serve --port 5000 run -- claude',
  completion: `To have it in every new shell:
  bash         echo 'eval "$(copilot-cli completion bash)"' >> ~/.bashrc
  zsh          echo 'eval "$(copilot-cli completion zsh)"' >> ~/.zshrc
  fish         copilot-cli completion fish > ~/.config/fish/completions/copilot-cli.fish
  PowerShell   add to $PROFILE: copilot-cli completion powershell | Out-String | Invoke-Expression`,
};
