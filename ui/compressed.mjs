import { compression, defineAlgorithm } from "vite-plugin-compression2";

/** Beside each file of some size the same one compressed, as the server hands it out. */
export const compressed = () =>
  compression({
    include: /\.(js|css|svg)$/,
    threshold: 1024,
    algorithms: [defineAlgorithm("brotliCompress"), defineAlgorithm("gzip")],
  });
