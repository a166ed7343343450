/** What a program asks, or is given, beside the servers that are its own: hosts and URLs among the words of a command. */

/** They read any file, or reach what is no server for pages. */
const otherSchemes =
  /^(?:--[\w-]+=)?\s*(?:file|scp|sftp|smbs?|ldaps?|dict|gophers?|tftp|telnet|mqtt|smtps?):/i;

/** Whether a program would ask a server for what it works on (a manifest, or what a container is built from), or read a file by a URL. */
export function takesFromUrl(program: string, rest: readonly string[]): boolean {
  if (/^(?:wget2?|aria2c|ffmpeg)$/.test(program))
    return rest.some((arg) => otherSchemes.test(arg) || /^[^:/=]*[{[][^:/]*:/.test(arg));
  // What it installs from there runs.
  if (/^pip[\d.]*$/.test(program))
    return rest.some((arg) =>
      /^(?:-[A-Za-z]*|--[\w-]+=|[^/:]*@\s*)?(?:[a-z][a-z+]+:\/|(?:git|hg|svn|bzr)\+)/i.test(arg),
    );
  return (
    /^(?:kubectl|oc|helm|docker|podman|buildah|nerdctl)$/.test(program) &&
    rest.some((arg) => /^(?:-f=?|--[\w-]+=)?(?:[a-z][a-z+]*:\/\/|git@|github\.com\/)/i.test(arg))
  );
}

/** Whether gh asks a host that the words name. GitHub is asked in any case. */
export function asksOtherHost(program: string, all: readonly string[], rest: readonly string[]): boolean {
  if (program !== 'gh') return false;
  return rest.some((word, at) => {
    const value = word.replace(/^(?:-[A-Za-z]*?R=?|--[\w-]+=)(?=.)/, '');
    const isRepository =
      /^(?:-[A-Za-z]*R|--repo)$/.test(rest[at - 1] ?? '') ||
      /^(?:-[A-Za-z]*R|--repo=)/.test(word) ||
      (all[1] === 'repo' && !word.startsWith('-'));
    const host =
      /^(?:[a-z][\w+.-]*:\/\/)(?:[^/@]*@)?([^/:]*)/i.exec(value)?.[1] ??
      /^([^/\s]*)(?:\/[^/\s]+){2}$/.exec(isRepository || /^[^/]*\.[a-z]+\//i.test(value) ? value : '')?.[1] ??
      /^[\w.-]+@([^:/]+):/.exec(value)?.[1];
    return (
      word.startsWith('--hostname') || (host !== undefined && !/^(?:www\.|ssh\.)?github\.com$/i.test(host))
    );
  });
}
