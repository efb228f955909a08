namespace Serverless.Bundles;

/// <summary>Why a bundle was refused. The code is stable and for programs, the sentence is for people.</summary>
/// <param name="Code">One of <see cref="RejectionCode"/> or <see cref="Content.ContentRule"/>.</param>
/// <param name="Sentence">One sentence, safe to show: it holds names from the upload, never storage addresses.</param>
/// <param name="Entry">The offending zip entry, shortened, when one entry is at fault.</param>
internal sealed record Rejection(string Code, string Sentence, string? Entry = null);
