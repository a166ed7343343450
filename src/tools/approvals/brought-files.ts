import { toProgram } from './runners.ts';

/** They put what an archive holds wherever its names say, through the links that are there. */
const unpackers =
  /^(?:(?:bsd|g)?tar (?:-?[A-Za-z\d#:]*x|.* -[A-Za-z\d#:]*x|(?:.* )?--(?:ext|get))|unzip (?!-[lt])|7z[a-z]* [ex](?: |$)|unar |unrar [ex] |(?:bsd|g)?cpio (?:.* )?(?:-[A-Za-z0-9]*[ip]|--(?:ex|pas))|jar (?:-?[A-Za-z\d#:]*x|(?:.* )?-(?:[A-Za-z\d#:]*x|-ex))|ar -?[A-Za-z\d#:]*x|pax (?:.* )?-[A-Za-z\d#:]*r|gh run download)/;

/** They take the names of their files from a patch or another file. One that is called like an option may be such a file. */
const patchers =
  /^(?:(?:g?patch|uudecode|unsquashfs|dtrx|aunpack|munpack|ripmime|cabextract)(?= |$)(?! (?:--dry-run|-l|--list|--help|--version)(?: |$))|quilt push|svn patch|hg import|dpkg(?:-deb)? (?:.* )?(?:-[A-Za-z\d#:]*[xXR]|--(?:ex|vex|raw))|star (?:.* )?-x|ditto (?:.* )?-[A-Za-z\d#:]*x|atool (?:.* )?(?:-[A-Za-z\d#:]*[xX]|--ex)|lha [a-z]*[ex]|ouch d)/;

/** They give what they load the path of its URL, or a name that the server or a file says. Long options may be cut short. */
const loaders =
  /^(?:wget2? (?:.* )?(?:-[A-Za-z\d#:]*[xrmpi]|--(?:force-d|rec|mi|pa|conten?t?-?d|tru|inp))|curl (?:.* )?(?:-[A-Za-z\d#:]*J|--remote-h)|(?:aria2c|httrack|yt-dlp|youtube-dl) )/;

/** Modules of Python, and pip into a folder: a wheel says the names and the modes of its files. */
const unpackersOfPython =
  / -[A-Za-z\d#:]*m ?(?:tarfile|zipfile) (?:.* )?-(?:-e|v*e)|(?:^| |m)wheel unpack |(?:^| |m)pip[\d.]* (?:.* )?(?:install|sync) (?:.* )?(?:-[qvUI]*t|--(?:ta|prefi|root(?:[= ]|$)))/;

/** Whether a module of Python, or pip, unpacks something into the folder. */
export function unpacksByPython([name = '', ...args]: readonly string[]): boolean {
  return unpackersOfPython.test([toProgram(name), ...args].join(' '));
}

/** Whether a command gives its files names that its words do not say, also of folders: it unpacks an archive, or takes them from a URL or a server. */
export function namesItsFiles([name = '', ...args]: readonly string[]): boolean {
  const text = [toProgram(name), ...args].join(' ');
  return [unpackers, unpackersOfPython, patchers, loaders].some((one) => one.test(text));
}

/** They bring no file of another commit. Only git refuses to write into its folder. */
const quietSystems =
  /^c?hg (?:add|addremove|annotate|blame|bookmarks?|branch|branches|bundle|cat|ci|commit|config|copy|cp|diff|export|files|forget|grep|heads|help|id|identify|in|incoming|init|locate|log|manifest|mv|out|outgoing|parents|paths|phase|push|pull(?!.* (?:-[A-Za-z\d#:]*u|--(?:u|reb)))|remove|rename|rm|root|serve|st|status|sum|summary|tags?|tip|verify|version)(?: |$)|^svn (?:add|annotate|blame|cat|ci|commit|delete|di|diff|help|info|list|log|ls|mkdir|prop\w+|rm|st|stat|status)(?: |$)|^cvs (?:add|annotate|ci|commit|diff|log|rm|status)(?: |$)/;
/** From a container or a store, with all folders. */
const copyingFromElsewhere =
  /^(?:(?:docker|podman|nerdctl) (?:container |compose (?:.* )?)?|kubectl |oc )cp (?:.* )?[^ :]+$|^oc rsync |^helm (?:pull|fetch) .*--untar|^aws s3 (?:cp|mv|sync) (?:.* )?s3:\/\/\S+ (?!s3:)[^-]|^rclone (?:copy|sync|move|bisync) |^(?:terraform|tofu) .*-from-module|^(?:gsutil|gcloud storage|s3cmd|mc) (?:.* )?(?:cp|get|mv|rsync|sync|mirror) |^adb pull |^(?:lxc|incus) file pull /;

/** Whether a command brings a whole folder of another commit, a container or a store. */
export function bringsTree([name = '', ...args]: readonly string[]): boolean {
  const text = [toProgram(name), ...args].join(' ');
  return (/^(?:c?hg|svn|cvs) /.test(text) && !quietSystems.test(text)) || copyingFromElsewhere.test(text);
}
