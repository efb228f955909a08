// The little of Node.js that the script uses.
declare const process: { argv: string[] };
