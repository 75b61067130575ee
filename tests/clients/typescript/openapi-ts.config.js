/** The script that runs this says where the document is. */
export default {
  input: process.env.DOCUMENT,
  output: { path: "client", module: { extension: ".ts" } },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};
