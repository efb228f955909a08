using System.Collections.Concurrent;

namespace Serverless.Chaos.Invariants;

/// <summary>What must not be and was seen, a sentence each. From any thread.</summary>
internal sealed class Violations(Action<string> tell)
{
    private readonly ConcurrentQueue<string> _seen = [];

    public IReadOnlyList<string> All => [.. _seen.Distinct()];

    public void Add(string sentence)
    {
        _seen.Enqueue(sentence);
        tell($"VIOLATED: {sentence}");
    }
}
