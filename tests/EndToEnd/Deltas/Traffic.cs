namespace Serverless.Tests.EndToEnd.Deltas;

/// <summary>What crossed a device's wire, in bytes as they were sent.</summary>
internal readonly record struct Traffic(int Files, long FileBytes, int Zips, long ZipBytes, long AnswerBytes);
