using Serverless.Fuzz;

return FuzzCommand.Create().Parse(args).Invoke();
