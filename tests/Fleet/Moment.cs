namespace Serverless.Fleet;

/// <summary>One line of the timeline.</summary>
/// <param name="At">Since the story began.</param>
/// <param name="Sentence">What happened.</param>
/// <param name="Mood">Whether that is good.</param>
internal readonly record struct Moment(TimeSpan At, string Sentence, Mood Mood);

/// <summary>How a moment is to be shown.</summary>
internal enum Mood
{
    Plain,
    Good,
    Bad,
}
