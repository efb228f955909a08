namespace Serverless.Bench;

/// <summary>How thoroughly to measure, and what.</summary>
/// <param name="Server">The published server's program, or its <c>Serverless.dll</c>.</param>
/// <param name="Round">How long each round of load takes.</param>
/// <param name="Rounds">Rounds of each kind, of which the middle one counts; interleaved, so that what disturbs the machine disturbs all.</param>
/// <param name="BigBundle">Size in bytes of the big bundle; 0 for none.</param>
/// <param name="Lives">Simulated lives of each kind of release.</param>
/// <param name="CodePushServer">A built checkout of code-push-server; null for none.</param>
internal sealed record BenchOptions(string Server, TimeSpan Round, int Rounds, long BigBundle, int Lives, string? CodePushServer);
