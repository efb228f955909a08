namespace Serverless.Fuzz;

/// <summary>Something that reads what strangers send, with all that must hold whatever they send.</summary>
internal interface IFuzzTarget
{
    /// <summary>Inputs to begin with: of each kind that the reader tells from others, one or more. None of them is a finding.</summary>
    IEnumerable<byte[]> Seeds { get; }

    /// <summary>Reads one input. The same input always does the same: nothing is left over from earlier ones.</summary>
    /// <exception cref="FindingException">Something that must hold does not. Any other exception is a finding as well.</exception>
    void Run(byte[] input);
}
