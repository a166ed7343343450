/** Shells, by the names of their programs. */
export const shells: ReadonlySet<string> = new Set(
  'sh bash rbash dash ash zsh ksh ksh93 mksh yash fish tcsh csh nu elvish pwsh powershell xonsh'.split(' '),
);

/** Programs that run the command in their arguments with their own stdin. */
export const wrappers: ReadonlySet<string> = new Set(
  (
    'env time timeout gtimeout nohup nice ionice chrt taskset stdbuf unbuffer setsid setpriv sudo doas su runuser gosu su-exec chroot ' +
    'unshare nsenter tini dumb-init strace ltrace script firejail bwrap direnv'
  ).split(' '),
);
