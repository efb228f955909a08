namespace Serverless.Fuzz;

/// <summary>A target in two steps: our reader, whose memory is held to a bound, and what somebody else makes of the same input.</summary>
internal abstract class FuzzTarget<TReading> : IFuzzTarget
{
    // What is made once, by the first input, and buffers of fixed sizes; beyond it a small input must not cost much.
    private const long MaxAllocated = 8 << 20;
    private const long MaxAllocatedPerByte = 256;

    public abstract IEnumerable<byte[]> Seeds { get; }

    public void Run(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = Read(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        FindingException.Unless(allocated <= MaxAllocated + (MaxAllocatedPerByte * input.Length), $"Reading {input.Length} bytes took {allocated:N0} bytes of memory.");
        Check(input, reading);
    }

    /// <summary>As the server reads it.</summary>
    protected abstract TReading Read(byte[] input);

    /// <summary>Judges what was read, by other means than the server's.</summary>
    protected abstract void Check(byte[] input, TReading reading);

    /// <summary>The files of a folder under <c>Seeds</c>.</summary>
    protected static IEnumerable<byte[]> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Seeds", folder)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
}
