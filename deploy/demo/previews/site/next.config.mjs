// Next.js lets only hosts that it knows use its development server: the one under which the preview is reached.
const { hostname } = new URL(process.env.NEXT_PUBLIC_SITE_URL ?? 'http://localhost:3000')

export default {
  allowedDevOrigins: [hostname],
  // A preview builds into a volume, so that this folder stays as it is.
  distDir: process.env.PREVIEW_BUILD_FOLDER ?? '.next',
}
