// Each answer is made anew, so that it shows what the container was started with.
export const dynamic = 'force-dynamic'

export default function Page() {
  const secret = process.env.PAYLOAD_SECRET ?? ''
  return (
    <main>
      <h1>Hello from PROJECT</h1>
      <p>Edit app/page.js in the folder of this project. This page changes while you look at it.</p>
      <dl>
        <dt>Address</dt>
        <dd>{process.env.NEXT_PUBLIC_SITE_URL}</dd>
        <dt>Secret</dt>
        <dd>{`${secret.length} characters that only the server knows`}</dd>
      </dl>
    </main>
  )
}
