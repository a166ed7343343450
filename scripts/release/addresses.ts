/** `github.com/NAME/copilot-cli` of anybody but GitHub, whose own tool has the same name. */
const ownAddress = /(?<=github\.com\/)(?!github\/)[\w.-]+\/copilot-cli(?![\w-])/g;

/** From `repository` of package.json, the one place of the address: `octocat/copilot-cli`. */
export function readAddress({ repository }: { repository?: unknown }): string {
  const text = JSON.stringify(repository ?? '');
  const [, address] = /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?["#]/.exec(text) ?? [];
  if (address === undefined) throw new Error('repository of package.json is not on github.com');
  return address;
}

/** The text of package.json or README.md with the address of the repository in every URL of the project. */
export function deriveAddresses(text: string, address: string): string {
  return text.replaceAll(ownAddress, address);
}
