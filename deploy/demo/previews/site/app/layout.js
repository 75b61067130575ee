export const metadata = { title: 'A preview' }

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'sans-serif', margin: '4rem auto', maxWidth: '40rem' }}>{children}</body>
    </html>
  )
}
