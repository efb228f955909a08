namespace Serverless.Fuzz;

/// <summary>What must hold for every input does not hold for this one.</summary>
internal sealed class FindingException(string message) : Exception(message)
{
    public static void Unless(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FindingException(otherwise);
        }
    }
}
