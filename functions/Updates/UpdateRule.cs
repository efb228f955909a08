namespace Serverless.Updates;

/// <summary>One reason for which a check is answered as it is.</summary>
/// <param name="Name">Stable; shown by the explain endpoint.</param>
/// <param name="Inputs">What the rule looks at, in words; made only for a trace.</param>
/// <param name="Judge">The answer, or null to ask the next rule.</param>
internal sealed record UpdateRule(string Name, Func<UpdateQuestion, string> Inputs, Func<UpdateQuestion, UpdateDecision?> Judge);
