namespace Serverless.Bench;

/// <summary>A part of the results.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="Note">How to read it.</param>
/// <param name="Columns">The first is the row's name.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
internal sealed record ResultTable(string Title, string Note, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];
}

/// <summary>A promise beside what was measured.</summary>
/// <param name="What">What is promised.</param>
/// <param name="Target">The bound, in words.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="IsMet">Whether that is within the bound; null when it was not measured.</param>
internal sealed record Verdict(string What, string Target, string Measured, bool? IsMet);
