// Margay's own mark: the head of a night cat, its eyes shining back.

/** Decoration beside the name; says nothing to screen readers. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M4.6 3.2c3.7.7 6.6 2.2 8.7 4.3a14 14 0 0 1 5.4 0c2.1-2.1 5-3.6 8.7-4.3.9 3.9.9 7.5 0 10.7.8 1.6 1.2 3.2 1.2 4.9 0 6.2-5.600 10.500-12.600 10.500S3.400 25 3.400 18.800c0-1.700.4-3.300 1.200-4.900-.9-3.200-.9-6.800 0-10.700Z"
        fill="#0c1218"
        stroke="var(--line-strong)"
        strokeWidth="0.8"
      />
      <path
        d="M6 18.400c2.500-2.700 5.700-2.700 8.200 0-2.500 2.500-5.700 2.500-8.200 0Zm11.800 0c2.500-2.700 5.700-2.700 8.200 0-2.500 2.500-5.700 2.500-8.200 0Z"
        fill="#4fd6bd"
      />
      <path
        d="M10.100 16.200c.8 1.300.8 3 0 4.300-.8-1.300-.8-3 0-4.300Zm11.800 0c.8 1.300.8 3 0 4.300-.8-1.300-.8-3 0-4.300Z"
        fill="#0c1218"
      />
      <path
        d="M14.700 23.200h2.600L16 24.800Zm-.4-13.800h.9v3.400h-.9Zm2.500 0h.9v3.400h-.9Z"
        fill="#e3b04b"
      />
    </svg>
  );
}
