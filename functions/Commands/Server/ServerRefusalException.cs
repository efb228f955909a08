namespace Serverless.Commands.Server;

/// <summary>A server answered a call with a problem; the message is the sentence in it.</summary>
/// <param name="exitCode">What the command ends with.</param>
internal sealed class ServerRefusalException(string message, int exitCode) : Exception(message)
{
    public int ExitCode => exitCode;
}
