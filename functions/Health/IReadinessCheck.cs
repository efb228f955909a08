namespace Serverless.Health;

/// <summary>One thing without which an instance should be sent no requests. What fails for all instances at once and leaves devices served is none.</summary>
internal interface IReadinessCheck
{
    /// <summary>One word.</summary>
    string Name { get; }

    /// <returns>Null when it is well; otherwise why not, as a sentence for anybody: without addresses, names of keys and words of others.</returns>
    /// <exception cref="Exception">Storage did not answer, which is an answer, too.</exception>
    Task<string?> FindFaultAsync(CancellationToken cancellation);
}
