namespace Serverless.Statistics;

/// <summary>A kind of download by files that has ended.</summary>
/// <param name="From">The release that the device ran when it was offered the new one; null when that is not known.</param>
/// <param name="To">The new one, and the device's platform.</param>
internal readonly record struct Transfer(string? From, SeriesKey To);
