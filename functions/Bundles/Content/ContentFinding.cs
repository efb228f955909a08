namespace Serverless.Bundles.Content;

/// <summary>A rule that a bundle breaks. Never holds what was found, only where and what kind of thing it is.</summary>
/// <param name="Code">One of <see cref="ContentRule"/>.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Entry">The first file it was found in, shortened; null when it is about the page as a whole.</param>
internal sealed record ContentFinding(string Code, string Sentence, string? Entry = null);
