namespace Serverless.Hosts.Standalone;

/// <summary>Why the application cannot start, as one sentence for the person at the console; no stack trace is needed to act on it.</summary>
internal sealed class StartupException : Exception
{
    public StartupException(string sentence)
        : base(sentence)
    {
    }

    public StartupException(string sentence, Exception cause)
        : base(sentence, cause)
    {
    }
}
