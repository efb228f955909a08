namespace Serverless.Device.Bundles;

/// <summary>Makes every download drop its connection after so many bytes and go on with a range request.</summary>
public sealed record DownloadInterruption(long AfterBytes);
