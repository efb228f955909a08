namespace Serverless.Device;

/// <summary>A server's answer that would hurt devices in the field: crash them, loop them, or strand them on a bundle.</summary>
public sealed class HarmfulAnswerException(string message) : Exception(message);
